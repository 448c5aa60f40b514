// Runs an app in the stand-in: `node start.mjs FOLDER ARGS…`, as `electron FOLDER ARGS…` would. Plain JavaScript, so
// that all else can come from Node's cache: taking the types out of everything takes longer than the app itself.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./run.ts');
