using System.Runtime.InteropServices;

namespace NnUNet.Torch.Runtime;

/// <summary>Settings that native libraries read from the environment when they are loaded.</summary>
/// <remarks>
/// On Unix .NET keeps its own copy of the environment: <see cref="Environment.SetEnvironmentVariable(string, string?)"/>
/// does not reach native code, so the C library is called. What the user has set stays.
/// </remarks>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable for native code unless the user has set it.</summary>
    public static void SetDefault(string name, string value)
    {
        if (OperatingSystem.IsWindows())
        {
            // A length of 0 with this error means that there is no such variable.
            const int NotFound = 203;
            if (GetWindows(name, IntPtr.Zero, 0) == 0 && Marshal.GetLastPInvokeError() == NotFound)
            {
                Environment.SetEnvironmentVariable(name, value);
            }

            return;
        }

        _ = SetUnix(name, value, 0);
    }

    /// <summary>The value that native code sees, or null.</summary>
    public static string? Get(string name) =>
        OperatingSystem.IsWindows() ? null : Marshal.PtrToStringUTF8(GetUnix(name));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetUnix(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial IntPtr GetUnix(string name);

    [LibraryImport("kernel32", EntryPoint = "GetEnvironmentVariableW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint GetWindows(string name, IntPtr buffer, uint size);
}
