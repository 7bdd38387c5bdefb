import { prove } from './prove.ts';
import { REQUESTS } from './requests.ts';

prove(REQUESTS);
