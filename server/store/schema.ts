/** The tables as Kysely sees them. Times are milliseconds since 1970, booleans are 0 or 1. */
import type { Generated, Kysely, Transaction } from 'kysely';

export interface Schema {
  accounts: {
    id: Generated<number>;
    address: string;
    password_hash: string;
    quota_mb: number;
    /** Bytes of the mail in the mailbox, kept in step by every commit that adds or removes mail. */
    used_bytes: number;
    enabled: number;
    created_at: number;
    last_sign_in: number | null;
  };
  /** Every address that reaches an account: its own and its aliases. */
  addresses: { address: string; domain: string; account_id: number };
  messages: {
    id: string;
    sender: string;
    smtp_utf8: number;
    eight_bit: number;
    ret: 'FULL' | 'HDRS' | null;
    envid: string | null;
    trace: string;
    completion: string;
    subject: string;
    /** Bytes of the content, without trace and completion. */
    size: number;
    received_at: number;
    content: Uint8Array | null;
    /** Name of the file under `messages/` that holds the content when `content` is null. */
    content_file: string | null;
  };
  /** The copies in mailboxes; `size` counts the bytes as the mailbox gives them, Return-Path and trace included. */
  mailbox: { id: Generated<number>; account_id: number; message_id: string; recipient: string; size: number };
  queue: {
    id: string;
    message_id: string;
    recipient: string;
    domain: string;
    /** Comma-separated NOTIFY keywords, null when the client gave none. */
    notify: string | null;
    orcpt: string | null;
    state: 'due' | 'deferred' | 'held';
    attempts: number;
    next_attempt_at: number;
    last_reply: string | null;
    /** When its message was received. */
    received_at: number;
  };
}

export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;
