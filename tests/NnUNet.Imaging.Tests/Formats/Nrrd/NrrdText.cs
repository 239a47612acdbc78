namespace NnUNet.Imaging.Tests.Formats.Nrrd;

/// <summary>Makes NRRD files line by line, so that the reader is tested against something that is not our writer.</summary>
internal sealed record NrrdText
{
    public string Magic { get; init; } = "NRRD0004";

    public string Type { get; init; } = "uint8";

    public string Sizes { get; init; } = "2 3 4";

    public string Encoding { get; init; } = "raw";

    public string? Endian { get; init; } = "little";

    /// <summary>Further lines, each with its end.</summary>
    public string More { get; init; } = "";

    public byte[] Voxels { get; init; } = [.. Enumerable.Range(0, 24).Select(static i => (byte)i)];

    public string Header() => $"{Magic}\n# made by a test\ntype: {Type}\ndimension: {Sizes.Split(' ').Length}\nsizes: {Sizes}\n{(Endian is null ? "" : $"endian: {Endian}\n")}encoding: {Encoding}\n{More}";

    public byte[] File() => [.. System.Text.Encoding.UTF8.GetBytes(Header() + "\n"), .. Voxels];

    public string Save(string path)
    {
        System.IO.File.WriteAllBytes(path, File());
        return path;
    }
}
