import type { ReactNode, Ref } from "react";
import {
  Button as AriaButton,
  Select as AriaSelect,
  Switch as AriaSwitch,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  FieldError,
  Input,
  Label,
  ListBox,
  Popover,
  SelectValue,
  Text,
} from "react-aria-components";
import { cx } from "../cx";
import { Icon, type IconName } from "../icons";
import styles from "./Field.module.css";
import { MenuRow } from "./Menu";
import menu from "./Menu.module.css";

interface TextFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Hides the label from the eye, not from screen readers. */
  bare?: boolean;
  icon?: IconName;
  hint?: string;
  error?: string;
  placeholder?: string;
  type?: "text" | "email" | "password" | "search" | "url";
  isRequired?: boolean;
  isDisabled?: boolean;
  autoFocus?: boolean;
  autoComplete?: string;
  inputRef?: Ref<HTMLInputElement>;
  end?: ReactNode;
  quiet?: boolean;
  onKeyDown?: (event: React.KeyboardEvent) => void;
}

/** A field for one line of text. */
export function TextField({
  label,
  bare,
  icon,
  hint,
  error,
  placeholder,
  inputRef,
  end,
  quiet,
  onKeyDown,
  ...rest
}: TextFieldProps) {
  return (
    <AriaTextField
      {...rest}
      onKeyDown={
        onKeyDown &&
        ((event) => {
          onKeyDown(event);
          // One saves and sends from within a field, too.
          if (event.ctrlKey || event.metaKey) event.continuePropagation();
        })
      }
      className={styles.field}
      isInvalid={error !== undefined}
      aria-label={bare ? label : undefined}
    >
      {!bare && <Label className={styles.label}>{label}</Label>}
      <div className={cx(styles.box, quiet && styles.quietBox)}>
        {icon && <Icon name={icon} />}
        <Input
          ref={inputRef}
          className={styles.input}
          placeholder={placeholder}
          spellCheck="false"
        />
        {end}
      </div>
      {hint && !error && (
        <Text slot="description" className={styles.hint}>
          {hint}
        </Text>
      )}
      {error && <FieldError className={styles.wrong}>{error}</FieldError>}
    </AriaTextField>
  );
}

/** A field for a few lines of text. */
export function TextArea({
  label,
  value,
  onChange,
  hint,
  placeholder,
  rows = 3,
  autoFocus,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  placeholder?: string;
  rows?: number;
  autoFocus?: boolean;
}) {
  return (
    <AriaTextField className={styles.field} value={value} onChange={onChange} autoFocus={autoFocus}>
      <Label className={styles.label}>{label}</Label>
      <AriaTextArea
        className={cx(styles.box, styles.area)}
        rows={rows}
        placeholder={placeholder}
        dir="auto"
      />
      {hint && (
        <Text slot="description" className={styles.hint}>
          {hint}
        </Text>
      )}
    </AriaTextField>
  );
}

/** One choice of a select. */
export interface Choice<K extends string> {
  readonly id: K;
  readonly name: string;
  readonly hint?: string;
}

/** A choice of one among a few. */
export function Select<K extends string>({
  label,
  choices,
  value,
  onChange,
  bare,
  isDisabled,
}: {
  label: string;
  choices: readonly Choice<K>[];
  value: K;
  onChange: (value: K) => void;
  bare?: boolean;
  isDisabled?: boolean;
}) {
  return (
    <AriaSelect
      className={styles.field}
      selectedKey={value}
      isDisabled={isDisabled}
      aria-label={bare ? label : undefined}
      onSelectionChange={(key) => onChange(String(key) as K)}
    >
      {!bare && <Label className={styles.label}>{label}</Label>}
      <AriaButton className={cx(styles.box, styles.select)}>
        <SelectValue className={styles.value}>{({ selectedText }) => selectedText}</SelectValue>
        <Icon name="down" size={14} />
      </AriaButton>
      <Popover className={menu.popover} offset={4}>
        <ListBox className={menu.menu} items={[...choices]}>
          {(choice) => <MenuRow id={choice.id} name={choice.name} hint={choice.hint} />}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** A setting that is on or off. */
export function Switch({
  children,
  isSelected,
  onChange,
  isDisabled,
}: {
  children: ReactNode;
  isSelected: boolean;
  onChange: (selected: boolean) => void;
  isDisabled?: boolean;
}) {
  return (
    <AriaSwitch
      className={styles.switch}
      isSelected={isSelected}
      isDisabled={isDisabled}
      onChange={onChange}
    >
      <span className={styles.lane}>
        <span className={styles.knob} />
      </span>
      {children}
    </AriaSwitch>
  );
}
