/** Which of the machines reach each other. Controllers share one place in the network. */
export const CONTROLLER = '';

export class Links {
  private readonly cut = new Set<string>();
  private readonly down = new Set<string>();
  onChange: () => void = () => {};

  set(a: string, b: string, whole: boolean): void {
    if (whole) this.cut.delete(linkKey(a, b));
    else this.cut.add(linkKey(a, b));
    this.onChange();
  }

  setNode(node: string, up: boolean): void {
    if (up) this.down.delete(node);
    else this.down.add(node);
    this.onChange();
  }

  isUp(node: string): boolean {
    return !this.down.has(node);
  }

  reach(a: string, b: string): boolean {
    return this.isUp(a) && this.isUp(b) && !this.cut.has(linkKey(a, b));
  }

  mendAll(): void {
    this.cut.clear();
    this.onChange();
  }
}

const linkKey = (a: string, b: string): string => (a < b ? `${a}|${b}` : `${b}|${a}`);
