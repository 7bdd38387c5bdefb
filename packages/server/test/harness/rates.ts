/** The rates of a server that was told nothing else. */

import { loadConfig } from '../../src/config/config.ts';

export const RATES = loadConfig({}).rates;
