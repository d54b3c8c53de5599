import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// Imports point down only: app → features → components → i18n, api. A feature never knows another one.
const FEATURES = ["account", "admin", "ask", "history", "reader", "session", "status"];
const forbid = (files, ...group) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [{ group, message: "Imports point down only; routes compose features." }] }] },
});

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts"] },
  ...tseslint.configs.recommended,
  hooks.configs.flat["recommended-latest"],
  {
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  forbid(["src/api/**", "src/i18n/**"], "@/app/*", "@/features/*", "@/components/*", "@/hooks/*"),
  forbid(["src/components/**", "src/hooks/**"], "@/app/*", "@/features/*"),
  ...FEATURES.map((name) =>
    forbid([`src/features/${name}/**`], "@/app/*", ...FEATURES.filter((other) => other !== name).map((other) => `@/features/${other}/*`)),
  ),
  { files: ["src/i18n/**/*.ts"], rules: { "max-lines": "off" } },
);
