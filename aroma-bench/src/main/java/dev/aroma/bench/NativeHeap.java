package dev.aroma.bench;

import com.sun.jna.Native;
import com.sun.jna.Structure;

/**
 * What native code of this process has asked of glibc's allocator and not given back. Unlike
 * resident memory it does not depend on how the allocator keeps free blocks, so that what somebody
 * forgot shows in it and what is only kept does not.
 */
final class NativeHeap {
  private static final CLibrary C = open();

  private NativeHeap() {}

  /** Bytes in use over all arenas and large blocks; 0 where the C library does not tell. */
  static long bytesInUse() {
    if (C == null) {
      return 0;
    }
    CLibrary.Info info = C.mallinfo2();
    return info.uordblks + info.hblkhd;
  }

  private static CLibrary open() {
    try {
      CLibrary library = Native.load("c", CLibrary.class);
      library.mallinfo2();
      return library;
    } catch (UnsatisfiedLinkError e) {
      return null; // another C library, or glibc before 2.33
    }
  }

  /** The one call, from {@code malloc.h}. */
  public interface CLibrary extends com.sun.jna.Library {
    /** Statistics of the allocator. */
    Info mallinfo2();

    /** {@code struct mallinfo2}, whose names these are. */
    @Structure.FieldOrder({
      "arena",
      "ordblks",
      "smblks",
      "hblks",
      "hblkhd",
      "usmblks",
      "fsmblks",
      "uordblks",
      "fordblks",
      "keepcost"
    })
    final class Info extends Structure implements Structure.ByValue {
      public long arena;
      public long ordblks;
      public long smblks;
      public long hblks;
      public long hblkhd;
      public long usmblks;
      public long fsmblks;
      public long uordblks;
      public long fordblks;
      public long keepcost;
    }
  }
}
