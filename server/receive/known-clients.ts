/** Addresses of clients that delivered mail since the start; the longest unseen are forgotten first. */
export class KnownClients {
  static readonly #MOST = 10_000;
  readonly #addresses = new Set<string>();

  has(address: string): boolean {
    return this.#addresses.has(address);
  }

  add(address: string): void {
    this.#addresses.delete(address);
    this.#addresses.add(address);
    const [oldest] = this.#addresses;
    if (this.#addresses.size > KnownClients.#MOST && oldest !== undefined) this.#addresses.delete(oldest);
  }
}
