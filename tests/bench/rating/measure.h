#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace arena::bench {

// One figure: the median over runs, and the process's peak memory while it was taken.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  // The aim of README.md beside it, 0 where it has none; `at_least` says on which side.
  double aim = 0;
  bool at_least = false;
  int64_t peak_bytes = 0;
};

// Median seconds of processor time of `runs` calls, and the peak memory meanwhile: the machines are
// shared, and wall time would measure the neighbours.
struct Timing {
  double seconds = 0;
  int64_t peak_bytes = 0;
};
// `prepare` comes before each run and is not measured.
Timing Measure(
    int runs, const std::function<void()>& work, const std::function<void()>& prepare = [] {});

// What the process holds at the moment, freed memory given back.
int64_t ResidentBytes();

// Seconds to read a file once through one buffer, and to count its lines as `wc -l` does.
double ReadOnceSeconds(const std::string& path, int runs);
double CountLinesSeconds(const std::string& path, int runs);

void PrintTable(const std::string& title, const std::vector<Figure>& figures);
void PrintJson(const std::string& bench, size_t votes, uint32_t models,
               const std::vector<Figure>& figures);

}  // namespace arena::bench
