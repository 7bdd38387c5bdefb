export * from './closes.ts';
export * from './codec.ts';
export * from './commands.ts';
export * from './entities.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './limits.ts';
export * from './text.ts';
