#pragma once

#include <sys/types.h>

namespace arena::bench {

// Processor time that a process and its threads have used, user and system; 0 when it is gone.
double CpuSeconds(pid_t pid);
double OwnCpuSeconds();

// Memory that a process has in use; 0 when it is gone.
double ResidentBytes(pid_t pid);

// Runnable processes of the last minute; a bench on a busy machine says little.
double LoadAverage();

}  // namespace arena::bench
