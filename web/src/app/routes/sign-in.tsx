import { useNavigate, useSearch } from "@tanstack/react-router";

import { returnPath } from "@/features/session/return-path";
import { SignInPage } from "@/features/session/sign-in-page";

export function SignInRoute() {
  const { from } = useSearch({ from: "/signin" });
  const navigate = useNavigate();
  return <SignInPage onSignedIn={() => void navigate({ href: returnPath(from), replace: true })} />;
}
