/** What an app that uses this package tells Vite: the development server must leave the package as it is, for its weights lie beside its modules. */
export default {
  optimizeDeps: { exclude: ['perceptual-loss'] },
}
