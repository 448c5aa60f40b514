#!/usr/bin/env node
import { command, runWaypost } from './launch.mjs';

// `waypost …` from a checkout, under any Node from 20 on.
await command(() => runWaypost(process.argv.slice(2)));
