import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';

/** The server of `make dev` (script/dev.mjs). The dev page forwards its API calls to it. */
const DEV_SERVER = process.env.DEV_SERVER ?? 'http://127.0.0.1:8080';

/** The first visit loads one file, which compresses best. Parts that only lazy panels share are another one. */
const CODE_GROUPS = [
  { name: 'page', tags: ['$initial' as const], priority: 1 },
  { name: 'panel-parts', minShareCount: 2, includeDependenciesRecursively: false },
];

/**
 * Vite wraps each `import()` in code that first loads the style sheets and scripts of its file. The page's sheets are all in
 * the first file and its parts are small, so the import alone remains.
 */
function plainImports(): Plugin {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    apply: 'build',
    load: (id) =>
      id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : undefined,
  };
}

export default defineConfig({
  base: '/',
  plugins: [preact(), plainImports()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The page's Content-Security-Policy allows neither data: URLs nor inline scripts.
    assetsInlineLimit: 0,
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
