import { prove } from '../faults/prove.ts';
import { soak } from './soak.ts';

prove([soak]);
