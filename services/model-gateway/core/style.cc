#include "services/model-gateway/core/style.h"

#include <algorithm>
#include <string>

namespace arena::model_gateway {
namespace {

constexpr std::string_view kBlanks = " \t";

bool IsDigit(char character) { return character >= '0' && character <= '9'; }

std::string_view WithoutIndent(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  return line;
}

bool StartsWithBlank(std::string_view text) {
  return !text.empty() && kBlanks.find(text.front()) != std::string_view::npos;
}

// The marker that opens or closes fenced code, such as ``` or ~~~~; empty when there is none.
std::string_view FenceOf(std::string_view line) {
  line = WithoutIndent(line);
  if (!line.starts_with("```") && !line.starts_with("~~~")) return "";
  return line.substr(0, line.find_first_not_of(line.front()));
}

bool IsHeader(std::string_view line) {
  const size_t level = std::min(line.find_first_not_of('#'), line.size());
  return level >= 1 && level <= 6 && StartsWithBlank(line.substr(level));
}

// "- x", "* x", "+ x", "3. x", "3) x", at any depth.
bool IsListItem(std::string_view line) {
  line = WithoutIndent(line);
  size_t marker = 0;
  while (marker < line.size() && marker < 9 && IsDigit(line[marker])) ++marker;
  if (marker >= line.size()) return false;
  const std::string_view ends = marker > 0 ? ".)" : "-*+";
  return ends.find(line[marker]) != std::string_view::npos &&
         StartsWithBlank(line.substr(marker + 1));
}

// Spans such as **x** within a line: something between two marks that is not a mark itself.
int CountSpans(std::string_view line, std::string_view mark) {
  int spans = 0;
  while (true) {
    const size_t begin = line.find(mark);
    if (begin == std::string_view::npos) return spans;
    line.remove_prefix(begin + mark.size());
    const size_t length = line.find(mark.front());
    if (length == std::string_view::npos) return spans;
    if (length > 0 && line.substr(length).starts_with(mark)) {
      ++spans;
      line.remove_prefix(length + mark.size());
    } else {
      line.remove_prefix(length);
    }
  }
}

void CountLine(std::string_view line, StyleCounts& counts) {
  if (IsHeader(line)) ++counts.headers;
  if (IsListItem(line)) ++counts.list_items;
  counts.bold_spans += CountSpans(line, "**") + CountSpans(line, "__");
}

}  // namespace

int EstimateTokens(std::string_view text) { return static_cast<int>((text.size() + 3) / 4); }

StyleCounts CountStyle(std::string_view text, std::optional<int> tokens) {
  StyleCounts counts{.tokens = tokens.value_or(EstimateTokens(text))};
  std::string_view open_fence;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view fence = FenceOf(line);
    if (open_fence.empty() && fence.empty()) {
      CountLine(line, counts);
    } else if (open_fence.empty()) {
      open_fence = fence;
    } else if (fence.starts_with(open_fence)) {
      open_fence = "";
    }
  }
  return counts;
}

}  // namespace arena::model_gateway
