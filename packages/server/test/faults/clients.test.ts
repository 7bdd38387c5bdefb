import { clientsSilent, storeLinesSilent } from './half-open.ts';
import { prove } from './prove.ts';
import { equalSends } from './repeats.ts';

prove([equalSends, clientsSilent, storeLinesSilent]);
