import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

/** The server of `make dev` (script/dev.mjs). The dev page forwards its API calls to it. */
const DEV_SERVER = process.env.DEV_SERVER ?? 'http://127.0.0.1:8080';

/** The first visit loads one file, which compresses best. Parts that only lazy panels share are another one. */
const CODE_GROUPS = [
  { name: 'page', tags: ['$initial' as const], priority: 1 },
  { name: 'panel-parts', minShareCount: 2, includeDependenciesRecursively: false },
];

export default defineConfig({
  base: '/',
  plugins: [preact()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The page's Content-Security-Policy allows neither data: URLs nor inline scripts.
    assetsInlineLimit: 0,
    // One file is loaded at first, and the others are small: the code that preloads would be larger than its use.
    modulePreload: false,
    rolldownOptions: { output: { codeSplitting: { groups: CODE_GROUPS } } },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: {
      '/v1': { target: DEV_SERVER, ws: true, changeOrigin: false },
    },
  },
});
