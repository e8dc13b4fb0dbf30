#include "tools/arenactl/rate/json_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>

#include "common/base/status_macros.h"
#include "tools/arenactl/rate/mended_json.h"
#include "tools/arenactl/rate/pair_counts_reader.h"

namespace arena::rate {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// Finds where the JSON object at the head of a growing text ends, looking at each byte once.
class ObjectEnd {
 public:
  // One past the closing brace; nothing when it is not in sight yet.
  std::optional<size_t> Find(std::string_view text) {
    for (; at_ < text.size(); ++at_) {
      const char c = text[at_];
      if (is_escaped_) {
        is_escaped_ = false;
      } else if (is_in_string_) {
        is_escaped_ = c == '\\';
        is_in_string_ = c != '"';
      } else if (c == '"') {
        is_in_string_ = true;
      } else if (c == '{') {
        ++depth_;
      } else if (c == '}' && --depth_ <= 0) {
        return at_ + 1;
      }
    }
    return std::nullopt;
  }

 private:
  size_t at_ = 0;
  int depth_ = 0;
  bool is_in_string_ = false;
  bool is_escaped_ = false;
};

// Turns one parsed object into a RawRow; values that are not strings get a text of their own.
class ObjectRow {
 public:
  // False when two keys mean the same. A null is as if its key were not there.
  bool Read(const simdjson::dom::object& object) {
    raw_.Clear();
    texts_.clear();
    for (const auto& [key, value] : object) {
      if (key == "conv_metadata" && value.is_object()) {
        if (!ReadConversationMetadata(value)) return false;
        continue;
      }
      const Field field = FieldNamed(key);
      if (field == Field::kIgnored || value.is_null()) continue;
      if (raw_.Has(field)) return false;
      raw_.Set(field, TextOf(value));
    }
    return true;
  }
  const RawRow& raw() const { return raw_; }

 private:
  std::string_view TextOf(element value) {
    switch (value.type()) {
      case element_type::STRING:
        return value.get_string().value_unsafe();
      case element_type::ARRAY:
        return Keep(JoinedStrings(value));
      default:
        return Keep(simdjson::minify(value));
    }
  }

  static std::string JoinedStrings(element list) {
    std::string joined;
    for (const element item : simdjson::dom::array(list)) {
      if (!item.is_string()) continue;
      if (!joined.empty()) joined += ',';
      joined += item.get_string().value_unsafe();
    }
    return joined;
  }

  // The 140k set: sums over the conversation, some of them split by kind.
  bool ReadConversationMetadata(element metadata) {
    static constexpr const char* kKeys[kStyleCounts] = {
        "sum_assistant_a_tokens", "header_count_a", "list_count_a", "bold_count_a",
        "sum_assistant_b_tokens", "header_count_b", "list_count_b", "bold_count_b"};
    for (size_t k = 0; k < kStyleCounts; ++k) {
      element value;
      if (metadata[kKeys[k]].get(value) != simdjson::SUCCESS) continue;
      const auto field = static_cast<Field>(static_cast<size_t>(Field::kStyle) + k);
      if (raw_.Has(field)) return false;
      raw_.Set(field, Keep(std::to_string(SumOf(value))));
    }
    return true;
  }

  static int64_t SumOf(element value) {
    if (value.is_object()) {
      int64_t sum = 0;
      for (const auto& [key, part] : simdjson::dom::object(value)) sum += SumOf(part);
      return sum;
    }
    double number = 0;
    if (value.get_double().get(number) != simdjson::SUCCESS || !(number >= 0 && number < 1e9)) {
      return 0;
    }
    return static_cast<int64_t>(number);
  }

  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  RawRow raw_;
  std::deque<std::string> texts_;
};

class JsonReader {
 public:
  JsonReader(TextSource& source, RatingInput& input) : source_(source), input_(input) {}

  absl::Status Read() {
    ARENA_RETURN_IF_ERROR(SkipSpace());
    if (source_.Window().starts_with('[')) {
      source_.Consume(1);
      return ReadArray();
    }
    return ReadLines();
  }

 private:
  // Moves the window to the next byte that is no white space, or to the end of the file.
  absl::Status SkipSpace() {
    while (true) {
      const std::string_view window = source_.Window();
      const size_t spaces = std::min(window.find_first_not_of(" \t\r\n"), window.size());
      skipped_lines_ += std::ranges::count(window.substr(0, spaces), '\n');
      source_.Consume(spaces);
      if (spaces < window.size()) return absl::OkStatus();
      ARENA_ASSIGN_OR_RETURN(const bool has_more, source_.ReadMore());
      if (!has_more) return absl::OkStatus();
    }
  }

  absl::Status ReadArray() {
    for (int64_t record = 1;; ++record) {
      ARENA_RETURN_IF_ERROR(SkipSpace());
      if (source_.Window().starts_with(']')) return EndArray();
      if (record > 1) ARENA_RETURN_IF_ERROR(SkipComma(record));
      if (source_.Window().empty()) {
        return absl::InvalidArgumentError("the file ends within the array");
      }
      if (!source_.Window().starts_with('{')) {
        return absl::InvalidArgumentError("record " + std::to_string(record) +
                                          " of the array is not an object");
      }
      ARENA_ASSIGN_OR_RETURN(const size_t bytes, ObjectBytes());
      AddObject(source_.Window().substr(0, bytes), "record", record);
      source_.Consume(bytes);
    }
  }

  absl::Status SkipComma(int64_t record) {
    if (source_.Window().empty()) return absl::OkStatus();
    if (!source_.Window().starts_with(',')) {
      return absl::InvalidArgumentError("record " + std::to_string(record) +
                                        " of the array has no comma before it");
    }
    source_.Consume(1);
    return SkipSpace();
  }

  absl::Status EndArray() {
    source_.Consume(1);
    ARENA_RETURN_IF_ERROR(SkipSpace());
    if (source_.Window().empty()) return absl::OkStatus();
    return absl::InvalidArgumentError("something follows the end of the array");
  }

  // Length of the object that begins the window, reading on until all of it is there.
  absl::StatusOr<size_t> ObjectBytes() {
    ObjectEnd scan;
    while (true) {
      if (const auto end = scan.Find(source_.Window())) return *end;
      ARENA_ASSIGN_OR_RETURN(const bool has_more, source_.ReadMore());
      if (!has_more) return absl::InvalidArgumentError("the file ends within an object");
    }
  }

  absl::Status ReadLines() {
    bool is_at_end = false;
    const int64_t first_line = skipped_lines_ + 1;
    for (int64_t line = first_line; true;) {
      const std::string_view window = source_.Window();
      size_t end = window.find('\n');
      if (end == std::string_view::npos) {
        if (!is_at_end) {
          ARENA_ASSIGN_OR_RETURN(const bool has_more, source_.DoubleWindow());
          is_at_end = !has_more;
          continue;
        }
        if (window.empty()) return absl::OkStatus();
        end = window.size();
      }
      const std::string_view text = window.substr(0, end);
      if (text.find_first_not_of(" \t\r") != std::string_view::npos) {
        if (line == first_line && IsPairCounts(text)) return ReadPairCountsHere();
        AddObject(text, "line", line);
      }
      source_.Consume(std::min(end + 1, window.size()));
      ++line;
    }
  }

  // The first line decides. A document over several lines can only be pair counts.
  bool IsPairCounts(std::string_view first_line) {
    simdjson::dom::element document;
    if (parser_.parse(first_line.data(), first_line.size()).get(document) != simdjson::SUCCESS) {
      return first_line.find_last_not_of(" \t\r{[") == std::string_view::npos ||
             first_line.find('}') == std::string_view::npos;
    }
    element pairs;
    return document["X"].get(pairs) == simdjson::SUCCESS;
  }

  absl::Status ReadPairCountsHere() {
    while (true) {
      ARENA_ASSIGN_OR_RETURN(const bool has_more, source_.ReadMore());
      if (!has_more) return ReadPairCounts(source_.Window(), input_);
    }
  }

  void AddObject(std::string_view text, std::string_view place, int64_t number) {
    simdjson::dom::object object;
    const bool is_object = Parse(text, object) || Parse(MendedJson(text), object);
    const char* why = !is_object           ? "not a JSON object"
                      : !row_.Read(object) ? "two keys mean the same"
                                           : input_.Add(row_.raw());
    if (why != nullptr) input_.bad_rows().Add(why, place, number);
  }

  // The object stays valid until the next one is parsed.
  bool Parse(std::string_view text, simdjson::dom::object& object) {
    return parser_.parse(text.data(), text.size()).get_object().get(object) == simdjson::SUCCESS;
  }

  TextSource& source_;
  RatingInput& input_;
  simdjson::dom::parser parser_;
  ObjectRow row_;
  // Line ends that SkipSpace went over.
  int64_t skipped_lines_ = 0;
};

}  // namespace

absl::Status ReadJson(TextSource& source, RatingInput& input) {
  return JsonReader(source, input).Read();
}

}  // namespace arena::rate
