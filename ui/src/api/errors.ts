import { t } from "../i18n";
import type { ApiError } from "./generated/wire";

/** What a command that failed says: a code to branch on, a sentence, and what to do. */
export class ApiFailure extends Error {
  readonly code: string;
  readonly hint: string;
  /** The state does not allow it; nothing is broken. */
  readonly notice: boolean;

  constructor(error: ApiError) {
    super(error.message);
    this.name = "ApiFailure";
    this.code = error.code;
    this.hint = error.hint;
    this.notice = error.notice;
  }

  /** The engine cannot be reached at all. */
  static unreachable(): ApiFailure {
    return new ApiFailure({
      code: "unreachable",
      message: t("error.unreachable"),
      hint: t("error.unreachable.hint"),
      notice: false,
    });
  }

  /** The engine answered with something that is not an answer. */
  static unreadable(): ApiFailure {
    return new ApiFailure({
      code: "unreadable",
      message: t("error.unreadable"),
      hint: t("error.unreadable.hint"),
      notice: false,
    });
  }

  /** The server refused with a bare status. */
  static status(status: number): ApiFailure {
    return new ApiFailure({
      code: status === 401 ? "unauthorised" : "refused",
      message: status === 401 ? t("error.unauthorised") : t("error.refused", { status }),
      hint: status === 401 ? t("error.unauthorised.hint") : "",
      notice: false,
    });
  }

  /** Reads an error as the boundary writes it; anything else is reported as it is. */
  static from(body: unknown, status: number): ApiFailure {
    if (body instanceof ApiFailure) return body;
    if (isApiError(body)) return new ApiFailure(body);
    if (isApiError((body as { error?: unknown } | null)?.error)) {
      return new ApiFailure((body as { error: ApiError }).error);
    }
    return ApiFailure.status(status);
  }

  /** Reads whatever was thrown. */
  static of(thrown: unknown): ApiFailure {
    if (thrown instanceof ApiFailure) return thrown;
    return new ApiFailure({
      code: "internal",
      message: thrown instanceof Error ? thrown.message : String(thrown),
      hint: "",
      notice: false,
    });
  }
}

function isApiError(value: unknown): value is ApiError {
  const fields = value as Partial<ApiError> | null | undefined;
  return typeof fields?.code === "string" && typeof fields.message === "string";
}
