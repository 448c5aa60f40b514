/** `powerMonitor`: nothing happens to the machine of a test but what the test tells. */
import { needsReady } from './lifecycle.ts';
import { StrictEmitter } from './strict.ts';

type Has = 'isOnBatteryPower' | 'onBatteryPower' | 'getSystemIdleTime' | 'getSystemIdleState';

class PowerMonitor extends StrictEmitter implements Pick<Electron.PowerMonitor, Has> {
  static readonly events = [
    'suspend',
    'resume',
    'shutdown',
    'lock-screen',
    'unlock-screen',
    'on-ac',
    'on-battery',
  ];

  constructor() {
    super();
    const on = this.on.bind(this);
    for (const name of ['on', 'addListener'] as const) {
      Object.defineProperty(this, name, {
        value: (event: string, listener: () => void) => {
          needsReady('powerMonitor can’t be used');
          return on(event, listener);
        },
      });
    }
  }

  get onBatteryPower(): boolean {
    return this.isOnBatteryPower();
  }
  isOnBatteryPower(): boolean {
    needsReady('powerMonitor can’t be used');
    return false;
  }
  getSystemIdleTime(): number {
    needsReady('powerMonitor can’t be used');
    return 0;
  }
  getSystemIdleState(_threshold: number): 'active' {
    needsReady('powerMonitor can’t be used');
    return 'active';
  }
}

export const powerMonitor = new PowerMonitor();
