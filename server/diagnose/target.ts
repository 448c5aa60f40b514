/** Where deliveries by the SmartHost go, and how. */
export interface SmartHostTarget {
  readonly host: string;
  readonly port: number;
  /** When TLS begins. `offered`: with STARTTLS where the server offers it, else not at all. */
  readonly tls: 'offered' | 'required' | 'implicit' | 'never';
  /** Whether the certificate must be valid for `host`. */
  readonly verify: boolean;
  readonly account?: { readonly user: string; readonly password: string };
  /** Our name for EHLO. */
  readonly helo: string;
}
