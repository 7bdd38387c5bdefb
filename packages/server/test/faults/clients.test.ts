import { prove } from './prove.ts';
import { equalSends } from './repeats.ts';

prove([equalSends]);
