import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { Button, Input, Menu, MenuItem, MenuTrigger, Popover, Text, TextField } from 'react-aria-components';
import type { SettingPath } from '../../server/contract/settings.ts';
import { useField, useSheet } from './context.tsx';
import { FieldNotes } from './fields.tsx';
import { ALL_ADDRESSES } from './parse.ts';

interface AddressSettingProps {
  readonly path: SettingPath;
  readonly labelledBy: string;
  readonly className?: string;
}

const BY_KEY = 'Arrow down lists the addresses of this machine.';

/** One of this machine's addresses, all of them, or another that is typed: a field with a menu to choose from. */
export function AddressSetting({ path, labelledBy, className = '' }: AddressSettingProps) {
  const field = useField(path);
  const { machine } = useSheet();
  const box = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const items = [
    { id: ALL_ADDRESSES, note: 'IPv4 and IPv6' },
    ...(machine?.addresses ?? []).map(({ address, interface: card }) => ({ id: address, note: card })),
  ];
  const openByKey = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    setOpen(true);
  };
  return (
    <TextField
      className={`field combo ${className}`}
      data-path={path}
      value={field.text}
      onChange={field.change}
      onBlur={field.leave}
      isDisabled={field.isDisabled}
      isInvalid={field.issue !== undefined}
      validationBehavior="aria"
      aria-labelledby={labelledBy}
    >
      <div ref={box} className="combo-box">
        <Input className="input" spellCheck={false} autoComplete="off" onKeyDown={openByKey} />
        <MenuTrigger isOpen={isOpen} onOpenChange={setOpen}>
          <Button
            className="combo-button"
            aria-label={`Choose ${field.spec.label}`}
            isDisabled={field.isDisabled}
            excludeFromTabOrder
          >
            <ChevronDown aria-hidden />
          </Button>
          <Popover className="popover" triggerRef={box} placement="bottom start">
            <Menu
              className="list"
              aria-label={field.spec.label}
              items={items}
              selectionMode="single"
              selectedKeys={[field.text]}
              onAction={(key) => field.change(String(key))}
            >
              {(item) => (
                <MenuItem className="item" textValue={item.id}>
                  <Text slot="label">{item.id}</Text>
                  <Text slot="description" className="item-note">
                    {item.note}
                  </Text>
                </MenuItem>
              )}
            </Menu>
          </Popover>
        </MenuTrigger>
      </div>
      <FieldNotes field={field} aside={BY_KEY} />
    </TextField>
  );
}
