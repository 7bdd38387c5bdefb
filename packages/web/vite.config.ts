import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

/** Where `make dev` runs the server, as script/dev.mjs says; the dev page hands its calls on to it. */
const DEV_SERVER = process.env.DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: '/',
  plugins: [preact()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The page's Content-Security-Policy knows neither data: URLs nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the page and a panel that comes later have in common is one file, not one for each set of panels.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } } },
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
