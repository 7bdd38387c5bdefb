import { prove } from './prove.ts';
import { SOCKETS } from './sockets.ts';

prove(SOCKETS);
