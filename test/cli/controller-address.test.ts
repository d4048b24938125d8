import { expect } from 'chai';
import { controllerAddress } from '../../cli/api/controller-line.ts';
import { controllerList } from '../../cli/session.ts';
import { OperationError } from '../../common/errors.ts';

describe('controller addresses', () => {
  it('are hosts with an optional port, in the spellings that LINSTOR users know', () => {
    expect(
      ['ctl', 'ctl:4000', '10.0.0.1', '[::1]:4000', '[::1]', '::1', 'linstor://ctl', 'http://ctl:80/'].map(
        controllerAddress,
      ),
    ).to.deep.equal([
      'ctl:3372',
      'ctl:4000',
      '10.0.0.1:3372',
      '[::1]:4000',
      '[::1]:3372',
      '[::1]:3372',
      'ctl:3372',
      'ctl:80',
    ]);
  });

  for (const text of ['', 'a b', 'ctl:', 'ctl:0', 'ctl:70000', 'ctl:1:2x', '[::1', 'unix:/x']) {
    it(`are refused when they make no sense: "${text}"`, () => {
      expect(() => controllerAddress(text)).to.throw(OperationError, 'is not a controller address');
    });
  }

  it('come from the option, else from the environment, else are this machine', () => {
    expect(controllerList({ controllers: 'a,b' }, { LS_CONTROLLERS: 'c' })).to.deep.equal(['a', 'b']);
    expect(
      controllerList({ controllers: undefined }, { LS_CONTROLLERS: 'c, d', LOCKSTEP_CONTROLLERS: 'e' }),
    ).to.deep.equal(['c', ' d']);
    expect(controllerList({ controllers: undefined }, { LOCKSTEP_CONTROLLERS: 'e' })).to.deep.equal(['e']);
    expect(controllerList({ controllers: undefined }, {})).to.deep.equal(['127.0.0.1']);
  });
});
