using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>
/// Follows a page to the letter in an empty folder, as someone does who has the program installed and a clone of this repository: makes the
/// files that it names, runs its commands in a shell, and finds what it shows.
/// </summary>
internal sealed class PageReader : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _program = new();
    private readonly PackedPackages _packages;

    public PageReader(PackedPackages packages)
    {
        _packages = packages;
        Launcher("nnunet", "");
        foreach (string command in File.ReadAllLines(Path.Combine(TestData.RepositoryRoot(), "build", "commands.txt"))) Launcher(command, command);
    }

    /// <summary>A path in the folder.</summary>
    public string this[string relative] => _folder[relative];

    public void Dispose()
    {
        _folder.Dispose();
        _program.Dispose();
    }

    /// <summary>Does all that the page says; fails the test with the page's line where something does not come out as it says.</summary>
    public void Follow(string page)
    {
        string printed = "";
        foreach (PageStep step in PageSteps.Of(page))
        {
            string where = string.Create(CultureInfo.InvariantCulture, $"{page}, line {step.Line}");
            switch (step.Kind)
            {
                case PageStepKind.File:
                    Directory.CreateDirectory(Path.GetDirectoryName(_folder[step.File])!);
                    File.WriteAllText(_folder[step.File], step.Text);
                    break;
                case PageStepKind.Commands:
                    printed = Run(step.Text, where);
                    break;
                case PageStepKind.Output:
                    Find(step.Text, printed, where);
                    break;
                default:
                    Assert.True(Files().Any(file => File.ReadAllText(file).ReplaceLineEndings("\n").Contains(step.Text, StringComparison.Ordinal)), $"{where}: no file has this excerpt{Environment.NewLine}{step.Text}");
                    break;
            }
        }
    }

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_folder.Root, "*.cs", SearchOption.AllDirectories);

    /// <summary>Runs the lines of a block one after the other; what packs the packages is done once for all pages.</summary>
    private string Run(string commands, string where)
    {
        if (commands == PackedPackages.Command + "\n")
        {
            Copies.Of(_packages.Feed, _folder["packages"]);
            return "";
        }

        ProcessStartInfo shell = new("bash", ["-e", "-o", "pipefail", "-c", commands.Replace(PackedPackages.Clone, TestData.RepositoryRoot(), StringComparison.Ordinal)]) { WorkingDirectory = _folder.Root };
        IEnumerable<string> programs = [_program.Root, .. Path.IsPathRooted(ChildProgram.Dotnet) ? [Path.GetDirectoryName(ChildProgram.Dotnet)!] : Array.Empty<string>(), Environment.GetEnvironmentVariable("PATH") ?? ""];
        shell.Environment["PATH"] = string.Join(Path.PathSeparator, programs);
        ProgramResult result = _packages.Run(shell);
        Assert.True(result.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"{where}: exit code {result.ExitCode}{Environment.NewLine}{commands}{result.Output}{Environment.NewLine}{result.Error}"));
        return result.Output;
    }

    /// <summary>Finds lines in their order; what varies is … on the page.</summary>
    private static void Find(string lines, string printed, string where)
    {
        int from = 0;
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Regex pattern = new("^ *" + Regex.Escape(line.Trim()).Replace("…", ".*", StringComparison.Ordinal) + "\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant);
            Match match = pattern.Match(printed, from);
            Assert.True(match.Success, $"{where}: nothing printed is {line}{Environment.NewLine}{printed}");
            from = match.Index + match.Length;
        }
    }

    /// <summary>What an installation puts into the folder of programs.</summary>
    private void Launcher(string name, string command)
    {
        string file = _program[name];
        File.WriteAllText(file, $"#!/bin/sh{'\n'}exec \"{Path.Combine(BuiltProgram.Folder, "nnunet")}\" {command} \"$@\"{'\n'}");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
