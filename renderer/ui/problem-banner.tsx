import { CircleAlert } from 'lucide-react';

/** Why something can't be shown as it is; nothing for ''. */
export function ProblemBanner({ problem }: { readonly problem: string }) {
  if (problem === '') return null;
  return (
    <p className="banner" role="alert">
      <CircleAlert aria-hidden />
      <span>{problem}</span>
    </p>
  );
}
