import { clockStepped } from './clock.ts';
import { prove } from './prove.ts';
import { identicalSends } from './repeats.ts';
import { clientsSilent } from './silent-clients.ts';
import { storeLinesSilent } from './silent-store.ts';
import { slowReaders } from './slow-readers.ts';
import { reconnectStorm } from './storm.ts';

prove([identicalSends, clientsSilent, storeLinesSilent, slowReaders, reconnectStorm, clockStepped]);
