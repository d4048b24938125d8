/** What a user's shell runs on the Tab key: it asks `lockstep complete-words`, which knows the commands and the names. */

/** How the scripts call this program back. The words of the line come after `--`. */
export const COMPLETE_WORDS = 'complete-words';

export const COMPLETION_SCRIPTS = {
  bash: `# bash completion for lockstep: source <(lockstep completion bash)
_lockstep() {
  local IFS=$'\\n'
  COMPREPLY=( $(lockstep ${COMPLETE_WORDS} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) )
}
complete -o default -o nosort -F _lockstep lockstep
`,
  zsh: `#compdef lockstep
# zsh completion for lockstep: source <(lockstep completion zsh)
_lockstep() {
  local -a found
  found=( \${(f)"$(lockstep ${COMPLETE_WORDS} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"} )
  if (( $#found )); then compadd -- $found; else _files; fi
}
compdef _lockstep lockstep
`,
} as const;
