#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace arena::demo {

// What can go wrong with a provider, on request. The number after `=` is the fault's amount.
enum class FaultKind {
  kHttp,
  kNotJson,
  kStallBeforeHeaders,
  kStallBeforeFirst,
  kStallAfter,
  kCutAfter,
  kEndAfter,
  kNoDone,
  kErrorAfter,
  kGarbageAfter,
  kInvalidUtf8,
  kFlood,
  kHugeLine,
  kDrip,
  kFragment,
  kQuirks,
  kEmpty,
  kLength,
  kContentFilter,
  kLeakIdentity,
  kStamp,
};

struct Fault {
  FaultKind kind;
  int64_t amount = 0;
};

// A kind with its written name, the amount taken when none is given, and a line of help.
struct FaultDescription {
  FaultKind kind;
  std::string_view name;
  int64_t default_amount;
  int64_t max_amount;
  std::string_view help;
};

std::span<const FaultDescription> FaultDescriptions();

// Reads "stall-after=3" or "no-done". Nothing for an unknown name or an amount out of its range.
std::optional<Fault> ParseFault(std::string_view text);

// The fake key that error bodies show, to test that nothing of them leaks.
inline constexpr std::string_view kFakeKey = "sk-demo-0123456789abcdef0123456789abcdef";

}  // namespace arena::demo
