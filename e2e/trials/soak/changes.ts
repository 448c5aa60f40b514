/** Applies settings every few seconds while mail flows: limits, sizes, the second port, the way out. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SettingsPatch } from '../../../server/contract/settings.ts';
import type { Service } from '../../service.ts';
import { type Dice, dice } from '../dice.ts';
import type { Ledger } from './ledger.ts';

export interface ChangesOptions {
  readonly service: Service;
  readonly ledger: Ledger;
  /** Where the second listener moves to and fro. */
  readonly secondPorts: readonly number[];
  readonly smartHost: string;
  readonly everyMs: number;
  readonly seed: number;
}

export class Changes {
  readonly #options: ChangesOptions;
  readonly #dice: Dice;
  readonly #running: Promise<void>;
  #goesOn = true;
  #applied = 0;
  #secondPort: number;

  constructor(options: ChangesOptions) {
    this.#options = options;
    this.#dice = dice(options.seed);
    this.#secondPort = options.service.secondPort;
    this.#running = this.#run();
  }

  get applied(): number {
    return this.#applied;
  }

  /** Where to send to just now; the second may be about to move. */
  get ports(): readonly number[] {
    return [this.#options.service.port, this.#options.service.port, this.#secondPort];
  }

  async stop(): Promise<void> {
    this.#goesOn = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { service, ledger, everyMs } = this.#options;
    while (this.#goesOn) {
      await sleep(everyMs);
      const patch = this.#patch();
      try {
        await service.run(['settings', 'apply', '-'], JSON.stringify(patch));
        this.#applied++;
        this.#secondPort = patch.incoming?.secondary?.port ?? this.#secondPort;
      } catch (error) {
        ledger.strange(`Settings ${JSON.stringify(patch)}: ${(error as Error).message}`);
      }
    }
  }

  #patch(): SettingsPatch {
    const { secondPorts, smartHost } = this.#options;
    const throws = this.#dice;
    return throws.pick([
      { incoming: { maxTotal: 10 + throws.below(30), maxPerHost: 1 + throws.below(5) } },
      { maxMessageSizeMB: 1 + throws.below(30) },
      { incoming: { secondary: { port: throws.pick(secondPorts) } } },
      { outgoing: { maxConnections: 1 + throws.below(10) } },
      { smartHost: { enabled: true, host: smartHost, exclusive: throws.chance(0.5) } },
      { smartHost: { enabled: false } },
    ] satisfies SettingsPatch[]);
  }
}
