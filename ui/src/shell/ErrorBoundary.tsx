import { Component, type ErrorInfo, type ReactNode } from "react";
import { EmptyState } from "../design/components/Banner";
import { Button } from "../design/components/Button";
import { t } from "../i18n";

interface State {
  readonly failure: Error | undefined;
}

/** Keeps a fault in one part from taking the whole window, and says what is safe. */
export class ErrorBoundary extends Component<
  { children: ReactNode; onFailure?: (error: Error, where: ErrorInfo) => void },
  State
> {
  override state: State = { failure: undefined };

  static getDerivedStateFromError(failure: Error): State {
    return { failure };
  }

  override componentDidCatch(error: Error, where: ErrorInfo): void {
    this.props.onFailure?.(error, where);
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (!failure) return this.props.children;
    return (
      <EmptyState
        icon="warning"
        title={t("fault.title")}
        acts={
          <>
            <Button tone="primary" onPress={() => this.setState({ failure: undefined })}>
              {t("fault.again")}
            </Button>
            <Button onPress={() => location.reload()}>{t("fault.reload")}</Button>
          </>
        }
      >
        {t("fault.text")} <code>{failure.message}</code>
      </EmptyState>
    );
  }
}
