#!/usr/bin/env node
import { launch } from './launch.mjs';

// `waypost …` from a checkout, under any Node from 20 on.
await launch(process.argv.slice(2));
