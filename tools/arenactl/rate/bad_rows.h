#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace arena::rate {

// Rows that cannot be votes: how many for which reason, and where the first ones stand.
class BadRows {
 public:
  // `place` is what the user counts by: "line" or "record", from 1.
  void Add(std::string_view reason, std::string_view place, int64_t number);

  int64_t count() const { return count_; }
  // Some lines for people; empty when there are none.
  std::string Describe() const;

 private:
  struct Reason {
    int64_t count = 0;
    std::string places;
  };
  std::map<std::string, Reason, std::less<>> reasons_;
  int64_t count_ = 0;
};

}  // namespace arena::rate
