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
    /** The same, as long as the sender is still to be told should it be late; null where that is done or not wanted. */
    notice_from: number | null;
    /** When the sender was told that it is late. */
    noticed_at: number | null;
    /** `LastAttempt` in JSON, null before the first. */
    last_attempt: string | null;
  };
  /** A row for each report that went out, kept for as long as it counts against the limit of its receiver. */
  reports: { id: Generated<number>; receiver: string; at: number };
  /** A row for each sender whose reports wait for a digest; `sender` is as the envelope spelled it. */
  digests: { receiver: string; sender: string; due_at: number };
  /** What a digest will tell of; of several entries about the same, the last one counts. */
  digest_entries: {
    id: Generated<number>;
    receiver: string;
    about: string;
    /** Those with the lowest come first where there is not room for all. */
    rank: number;
    kind: string;
    entry: string;
  };
}

export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;
