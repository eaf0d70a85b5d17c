// What every export shares: its signature and its guard. An export returns null, or a message on the C heap that the caller frees with ld_free.
#pragma once

#include <c10/util/Exception.h>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#define LD_EXPORT(name, ...) extern "C" __attribute__((visibility("default"))) char* name(__VA_ARGS__)

namespace loradiff {

inline char* copy_message(const char* text) {
  char* copy = ::strdup(text);
  return copy != nullptr ? copy : ::strdup("out of memory");
}

// A managed callback failed; the text names the exception that the managed side kept.
struct ManagedError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Message kinds, the first character of every message: the managed side picks the exception type by it.
constexpr char kOrdinary = 'E', kOutOfMemory = 'M';

template <typename Body>
char* guarded(Body&& body) noexcept {
  std::string message;
  char kind = kOrdinary;
  try {
    body();
    return nullptr;
  } catch (const c10::Error& error) {
    message = error.what_without_backtrace();
    if (message.find("not enough memory") != std::string::npos || message.find("out of memory") != std::string::npos) kind = kOutOfMemory;
  } catch (const std::bad_alloc&) {
    message = "The native heap is exhausted.";
    kind = kOutOfMemory;
  } catch (const std::exception& error) {
    message = error.what();
  } catch (...) {
    message = "A C++ exception of unknown type.";
  }
  try {
    // Some messages carry the C++ stack below this line.
    for (const char* mark : {"\nException raised from", "\nC++ CapturedTraceback:"}) {
      auto at = message.find(mark);
      if (at != std::string::npos) message.resize(at);
    }
    return copy_message((kind + message).c_str());
  } catch (...) {
    return ::strdup("MThe native heap is exhausted.");
  }
}

} // namespace loradiff
