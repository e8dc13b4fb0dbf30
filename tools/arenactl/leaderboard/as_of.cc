#include "tools/arenactl/leaderboard/as_of.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace arena::arenactl {
namespace {

constexpr std::string_view kPosition = "position:";
constexpr std::string_view kTime = "time:";

bool ParseNumber(std::string_view text, int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0;
}

}  // namespace

absl::StatusOr<AsOf> ParseAsOf(const std::string& text) {
  AsOf as_of;
  const std::string_view view = text;
  if (view.starts_with(kTime)) {
    as_of.kind = AsOf::Kind::kTime;
    std::string error;
    if (absl::ParseTime(absl::RFC3339_full, text.substr(kTime.size()), &as_of.time, &error)) {
      return as_of;
    }
  } else if (view.starts_with(kPosition)) {
    as_of.kind = AsOf::Kind::kPosition;
    if (ParseNumber(view.substr(kPosition.size()), as_of.number)) return as_of;
  } else {
    as_of.kind = AsOf::Kind::kSnapshot;
    if (ParseNumber(view, as_of.number)) return as_of;
  }
  return absl::InvalidArgumentError(
      fmt::format("'{}' is no point in the past: give a snapshot's number, position:NUMBER or "
                  "time:2026-11-29T12:00:00Z.",
                  text));
}

void SetAsOf(const AsOf& as_of, v1::GetLeaderboardRequest& request) {
  switch (as_of.kind) {
    case AsOf::Kind::kNow:
      return;
    case AsOf::Kind::kSnapshot:
      return request.set_snapshot_id(as_of.number);
    case AsOf::Kind::kPosition:
      return request.set_position(as_of.number);
    case AsOf::Kind::kTime:
      break;
  }
  const int64_t seconds = absl::ToUnixSeconds(as_of.time);
  request.mutable_time()->set_seconds(seconds);
  request.mutable_time()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(as_of.time - absl::FromUnixSeconds(seconds))));
}

}  // namespace arena::arenactl
