using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Imaging.Formats.Dicom;

namespace NnUNet.Cli.Choices;

/// <summary>Options about the units in which images are read.</summary>
internal static class UnitChoices
{
    /// <summary>Whether PET is read as SUV.</summary>
    public static Option<bool> Suv() => Values.Flag(
        [StandardUptake.OptionName], "Read PET of DICOM as SUV by body weight (g/ml), instead of its stored unit (Bq/ml); for models that were trained on SUV. Other images stay as they are.");
}
