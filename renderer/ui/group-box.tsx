import type { ReactNode } from 'react';

interface GroupBoxProps {
  readonly title: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A framed group with its name in the frame. */
export function GroupBox({ title, className = '', children }: GroupBoxProps) {
  return (
    <fieldset className={`group-box ${className}`}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}
