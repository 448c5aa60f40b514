/**
 * Structured clone as text, for the way between this process and a page: what goes in is a clone already
 * (`structuredClone` has refused what can't be cloned), what comes out is equal to it, kind by kind, with shared
 * and circular references.
 *
 * `makeCodec` also runs in the page, as source text: it must use nothing from outside of itself.
 *
 * The text is JSON: a list of objects, in which the first is the root. A value is itself where JSON has it, else
 * a list that begins with its kind; `['r', n]` refers to the n-th object.
 */

export interface Codec {
  /** @throws TypeError for a kind that can't leave its process, such as shared memory */
  encode(value: unknown): string;
  decode(text: string): unknown;
}

export function makeCodec(): Codec {
  type Token = string | number | boolean | null | unknown[];
  const VIEWS = [
    ...[
      'Int8Array',
      'Uint8Array',
      'Uint8ClampedArray',
      'Int16Array',
      'Uint16Array',
      'Int32Array',
      'Uint32Array',
    ],
    ...['Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'DataView'],
  ];
  const ERRORS = [
    'EvalError',
    'RangeError',
    'ReferenceError',
    'SyntaxError',
    'TypeError',
    'URIError',
    'Error',
  ];
  const CHUNK = 0x8000;

  function toBase64(buffer: ArrayBuffer): string {
    const bytes = new Uint8Array(buffer);
    let binary = '';
    for (let at = 0; at < bytes.length; at += CHUNK) {
      binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
    }
    return btoa(binary);
  }

  function brand(value: object): string {
    return Object.prototype.toString.call(value).slice(8, -1);
  }

  function encode(root: unknown): string {
    const table: unknown[] = [];
    const seen = new Map<object, number>();

    const token = (value: unknown): Token => {
      switch (typeof value) {
        case 'string':
        case 'boolean':
          return value;
        case 'number':
          return Number.isFinite(value) && !Object.is(value, -0)
            ? value
            : ['n', Object.is(value, -0) ? '-0' : `${value}`];
        case 'undefined':
          return ['u'];
        case 'bigint':
          return ['i', `${value}`];
        case 'object':
          return value === null ? null : ['r', reference(value)];
        default:
          throw new TypeError(`A ${typeof value} can't be cloned.`);
      }
    };

    const reference = (value: object): number => {
      const known = seen.get(value);
      if (known !== undefined) return known;
      const index = table.length;
      seen.set(value, index);
      table.push(null);
      table[index] = entry(value);
      return index;
    };

    const properties = (value: object) => Object.entries(value).map(([key, each]) => [key, token(each)]);

    const entry = (value: object): unknown[] => {
      const kind = brand(value);
      if (Array.isArray(value)) return ['a', value.length, properties(value)];
      if (value instanceof Date) return ['d', Number.isNaN(value.getTime()) ? null : value.getTime()];
      if (value instanceof RegExp) return ['x', value.source, value.flags];
      if (value instanceof Map) return ['m', [...value].map(([key, each]) => [token(key), token(each)])];
      if (value instanceof Set) return ['s', [...value].map(token)];
      if (value instanceof ArrayBuffer) return ['b', toBase64(value)];
      if (ArrayBuffer.isView(value)) {
        const view = value as Uint8Array;
        const length = kind === 'DataView' ? view.byteLength : view.length;
        return ['v', kind, token(view.buffer), view.byteOffset, length];
      }
      if (value instanceof Error) {
        const cause = 'cause' in value ? [token(value.cause)] : [];
        return ['e', value.name, value.message, value.stack ?? null, cause];
      }
      if (
        value instanceof Boolean ||
        value instanceof Number ||
        value instanceof String ||
        kind === 'BigInt'
      ) {
        return ['w', token((value as { valueOf(): unknown }).valueOf())];
      }
      if (kind !== 'Object') throw new TypeError(`A ${kind} can't leave its process.`);
      return ['o', properties(value)];
    };

    const first = token(root);
    return JSON.stringify([first, table]);
  }

  function decode(text: string): unknown {
    const [root, table] = JSON.parse(text) as [Token, unknown[][]];
    const made: object[] = [];

    const value = (from: Token): unknown => {
      if (!Array.isArray(from)) return from;
      const [kind, what] = from as [string, string & number];
      if (kind === 'u') return undefined;
      if (kind === 'n') return Number(what);
      if (kind === 'i') return BigInt(what);
      return object(what);
    };

    const assign = (target: object, properties: [string, Token][]) => {
      for (const [key, each] of properties) {
        const own = { value: value(each), writable: true, enumerable: true, configurable: true };
        Object.defineProperty(target, key, own);
      }
      return target;
    };

    const object = (index: number): object => made[index] ?? build(index, table[index] as never);

    // Containers are kept before they are filled, so that what they hold can refer to them.
    const build = (
      index: number,
      [kind, one, two, three, four]: [string, never, never, never, never],
    ): object => {
      const keep = <Made extends object>(target: Made): Made => {
        made[index] = target;
        return target;
      };
      switch (kind) {
        case 'a':
          return assign(keep(new Array(one)), two);
        case 'd':
          return keep(new Date(one ?? Number.NaN));
        case 'x':
          return keep(new RegExp(one, two));
        case 'm': {
          const map = keep(new Map());
          for (const [key, each] of one as [Token, Token][]) map.set(value(key), value(each));
          return map;
        }
        case 's': {
          const set = keep(new Set());
          for (const each of one as Token[]) set.add(value(each));
          return set;
        }
        case 'b':
          return keep(Uint8Array.from(atob(one), (char) => char.charCodeAt(0)).buffer);
        case 'v': {
          if (!VIEWS.includes(one)) throw new TypeError(`There is no ${one as string}.`);
          const View = (globalThis as unknown as Record<string, typeof DataView>)[one] as typeof DataView;
          return keep(new View(value(two) as ArrayBuffer, three, four));
        }
        case 'e': {
          const name = ERRORS.includes(one) ? (one as string) : 'Error';
          const Made = (globalThis as unknown as Record<string, ErrorConstructor>)[name] as ErrorConstructor;
          const error = keep(new Made(two));
          Object.defineProperty(error, 'stack', {
            value: three ?? undefined,
            writable: true,
            configurable: true,
          });
          for (const cause of four as Token[]) {
            Object.defineProperty(error, 'cause', {
              value: value(cause),
              writable: true,
              configurable: true,
            });
          }
          return error;
        }
        case 'w':
          return keep(Object(value(one)) as object);
        default:
          return assign(keep({}), one);
      }
    };

    return value(root);
  }

  return { encode, decode };
}

const codec = makeCodec();

/** See `Codec`. */
export const { encode, decode } = codec;

/**
 * A copy as it would arrive in another process.
 * @throws Error in Electron's words when something can't be cloned
 */
export function cloned<Value>(value: Value): Value {
  try {
    const copy = structuredClone(value);
    // Also refuses what could be shared within a process only.
    encode(copy);
    return copy;
  } catch {
    throw new Error('An object could not be cloned.');
  }
}
