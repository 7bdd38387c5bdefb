import { prove } from './prove.ts';
import { serverKilled, serverRestarted } from './server.ts';

prove([serverKilled, serverRestarted]);
