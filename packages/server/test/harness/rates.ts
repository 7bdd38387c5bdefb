/** The default rate limits. */

import { loadConfig } from '../../src/config/config.ts';

/** The rate limits of a server without any setting. */
export const RATES = loadConfig({}).rates;
