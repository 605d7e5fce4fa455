//! The stable codes of everything a request can end in, other than an answer.

use kernel::Language;
use serde::{Deserialize, Serialize};

/// Why a request was not answered as asked. A code, once published, keeps its meaning and its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The body is not what the operation reads.
    MalformedBody,
    /// A part of the path, the query or a header is not what the operation reads.
    MalformedParameter,
    /// The body has a field that the operation does not know.
    UnknownField,
    /// Nobody has signed in, or what the caller came with is good for nothing any more.
    NotSignedIn,
    /// The caller may see the thing, but not do that with it.
    Forbidden,
    /// A page of another site is behind the request.
    CrossSite,
    /// Records of persons are asked for without saying what for.
    PurposeMissing,
    /// Signing in failed too often; it is worth another try later.
    LockedOut,
    /// The caller has asked as often as it may for now.
    TooManyRequests,
    /// There is no such thing, or not for the caller.
    NotFound,
    /// The path exists, but not with this method.
    MethodNotAllowed,
    /// The domain said no.
    Rejected,
    /// The domain said no because of what has been recorded meanwhile.
    Conflict,
    /// The stream is no longer at the version that `If-Match` names.
    WrongVersion,
    /// The operation must be told the version it was decided on.
    VersionRequired,
    /// A write came without an `Idempotency-Key`.
    IdempotencyKeyMissing,
    /// An `Idempotency-Key` came back with another request.
    IdempotencyKeyReused,
    /// The body is larger than the operation reads.
    TooLarge,
    /// The body is of a media type that the operation does not read.
    UnsupportedMediaType,
    /// The request's body did not arrive in time.
    RequestTimeout,
    /// The answer was not ready in time. A write may still be recorded: repeat it with the same `Idempotency-Key`.
    Timeout,
    /// The registry has more to do than it can.
    Overloaded,
    /// The registry cannot reach what it stores in.
    Unavailable,
    /// A read model has not yet reached the position that was asked for.
    Behind,
    /// The registry failed. The log of the process says how, under the request's id.
    Internal,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 25] = [
        Self::MalformedBody,
        Self::MalformedParameter,
        Self::UnknownField,
        Self::NotSignedIn,
        Self::Forbidden,
        Self::CrossSite,
        Self::PurposeMissing,
        Self::LockedOut,
        Self::TooManyRequests,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Rejected,
        Self::Conflict,
        Self::WrongVersion,
        Self::VersionRequired,
        Self::IdempotencyKeyMissing,
        Self::IdempotencyKeyReused,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::RequestTimeout,
        Self::Timeout,
        Self::Overloaded,
        Self::Unavailable,
        Self::Behind,
        Self::Internal,
    ];

    /// The code as it is written on the wire.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status it is answered with.
    pub fn status(self) -> u16 {
        self.row().1
    }

    /// Its title in a language. A title never varies with the request.
    pub fn title(self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.row().2,
            Language::English => self.row().3,
        }
    }

    /// After how many seconds the same request is worth repeating, where it is.
    pub fn retry_after_seconds(self) -> Option<u32> {
        matches!(self, Self::Timeout | Self::Overloaded | Self::Unavailable | Self::Behind).then_some(1)
    }

    fn row(self) -> (&'static str, u16, &'static str, &'static str) {
        match self {
            Self::MalformedBody => ("malformed_body", 400, "请求内容格式不正确", "The body is malformed"),
            Self::MalformedParameter => ("malformed_parameter", 400, "请求参数格式不正确", "A parameter is malformed"),
            Self::UnknownField => ("unknown_field", 400, "请求含有未知字段", "The body has an unknown field"),
            Self::NotSignedIn => ("not_signed_in", 401, "尚未登录或登录已失效", "Sign in first"),
            Self::Forbidden => ("forbidden", 403, "没有此项权限", "You may not do this"),
            Self::CrossSite => ("cross_site", 403, "请求来自其他网站", "The request comes from another site"),
            Self::PurposeMissing => ("purpose_missing", 400, "须注明查阅目的", "Say what it is looked at for"),
            Self::LockedOut => ("locked_out", 429, "登录失败次数过多，请稍后再试", "Too many failures; try later"),
            Self::TooManyRequests => ("too_many_requests", 429, "请求过于频繁，请稍后再试", "You have asked too often"),
            Self::NotFound => ("not_found", 404, "未找到", "There is no such thing"),
            Self::MethodNotAllowed => ("method_not_allowed", 405, "不支持该请求方法", "The method is not allowed here"),
            Self::Rejected => ("rejected", 422, "业务规则不允许", "The rules of the registry say no"),
            Self::Conflict => ("conflict", 409, "与已登记的内容冲突", "It conflicts with what is recorded"),
            Self::WrongVersion => ("wrong_version", 412, "内容已被他人更新", "It has been changed meanwhile"),
            Self::VersionRequired => {
                ("version_required", 428, "须注明所依据的版本", "Say which version it is based on")
            }
            Self::IdempotencyKeyMissing => {
                ("idempotency_key_missing", 400, "缺少幂等键", "A write needs an Idempotency-Key")
            }
            Self::IdempotencyKeyReused => (
                "idempotency_key_reused",
                422,
                "幂等键已用于其他请求",
                "The Idempotency-Key was used for another request",
            ),
            Self::TooLarge => ("too_large", 413, "请求内容过大", "The body is too large"),
            Self::UnsupportedMediaType => {
                ("unsupported_media_type", 415, "不支持该内容类型", "The media type is not supported")
            }
            Self::RequestTimeout => ("request_timeout", 408, "请求内容未及时送达", "The body did not arrive in time"),
            Self::Timeout => ("timeout", 503, "处理超时", "The answer was not ready in time"),
            Self::Overloaded => ("overloaded", 503, "系统繁忙", "The registry is busy"),
            Self::Unavailable => ("unavailable", 503, "系统暂时不可用", "The registry is not available for now"),
            Self::Behind => ("behind", 503, "查询数据尚未更新到所需位置", "The answer has not caught up yet"),
            Self::Internal => ("internal", 500, "系统内部错误", "The registry failed"),
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_is_written_the_same_way_everywhere_and_once() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
        assert_eq!(Code::ALL.iter().map(|code| code.as_str()).collect::<BTreeSet<_>>().len(), Code::ALL.len());
    }
}
