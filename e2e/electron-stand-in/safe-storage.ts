/** `safeStorage`, over the keyring that the test has chosen. */
import * as crypto from 'node:crypto';
import { makeKeyring } from '../desktop-keyring.ts';
import { isReady } from './lifecycle.ts';
import { settings } from './process.ts';
import { strict } from './strict.ts';

const { keyring, keyringSecret } = settings;

export const safeStorage = strict('safeStorage', makeKeyring(crypto, keyring, keyringSecret, isReady));
