import { expect } from 'chai';
import { type Answer, answerJson, answerOf, renderAnswer } from '../../../cli/render/messages.ts';
import { PLAIN } from '../../../cli/terminal.ts';
import { OperationError } from '../../../common/errors.ts';

const ANSWER: Answer = {
  head: 'SUCCESS',
  code: 1,
  codeName: 'CREATED',
  message: 'Node "a" created',
  cause: '',
  correction: '',
  details: '',
  refs: {},
};

describe('message blocks', () => {
  it('are a head and the message where there is nothing else to say', () => {
    expect(renderAnswer(ANSWER, PLAIN)).to.equal('SUCCESS:\n    Node "a" created\n');
  });

  it('label their parts in the order of the LINSTOR client, each line indented by four', () => {
    const answer: Answer = {
      ...ANSWER,
      head: 'ERROR',
      code: 1201,
      codeName: 'NOT_ENOUGH_NODES',
      message: 'Not enough nodes',
      cause: 'one is offline',
      correction: 'bring it back',
      details: 'a: offline\nb: too small',
    };
    expect(renderAnswer(answer, PLAIN)).to.equal(
      [
        'ERROR:',
        'Description:',
        '    Not enough nodes (NOT_ENOUGH_NODES, 1201)',
        'Cause:',
        '    one is offline',
        'Correction:',
        '    bring it back',
        'Details:',
        '    a: offline',
        '    b: too small',
        '',
      ].join('\n'),
    );
  });

  it('name the command that shows the report of a failure', () => {
    const text = renderAnswer({ ...ANSWER, head: 'ERROR', refs: { error_report: '00000001-000002' } }, PLAIN);
    expect(text.endsWith('Show reports:\n    lockstep error-reports show 00000001-000002\n')).to.equal(true);
  });

  it('have the colours of their severity on the head only', () => {
    const colours = { SUCCESS: 32, INFO: 34, WARNING: 33, ERROR: 31 } as const;
    for (const [head, colour] of Object.entries(colours)) {
      const text = renderAnswer({ ...ANSWER, head: head as Answer['head'] }, { ...PLAIN, color: true });
      expect(text.startsWith(`\u001b[${colour}m${head}:\u001b[39m\n`)).to.equal(true);
    }
  });

  it('give programs every part under the names of the contract, absent ones left out', () => {
    const error = new OperationError('NODE_NOT_FOUND', 'no node "b"', {
      correction: 'lockstep node list',
      refs: { node: 'b' },
    });
    expect(answerJson(answerOf(error))).to.deep.equal({
      severity: 'ERROR',
      code: 1102,
      code_name: 'NODE_NOT_FOUND',
      message: 'no node "b"',
      correction: 'lockstep node list',
      refs: { node: 'b' },
    });
  });
});
