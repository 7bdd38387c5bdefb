import { clockStepped } from './clock.ts';
import { clientsSilent, storeLinesSilent } from './half-open.ts';
import { prove } from './prove.ts';
import { equalSends } from './repeats.ts';
import { slowReaders } from './slow-readers.ts';
import { reconnectStorm } from './storm.ts';

prove([equalSends, clientsSilent, storeLinesSilent, slowReaders, reconnectStorm, clockStepped]);
