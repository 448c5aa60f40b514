import { Check } from 'lucide-react';

/** The box of a checkbox. */
export function CheckMark({ isSelected }: { readonly isSelected: boolean }) {
  return (
    <span className="check-mark" aria-hidden>
      {isSelected && <Check strokeWidth={3} />}
    </span>
  );
}
