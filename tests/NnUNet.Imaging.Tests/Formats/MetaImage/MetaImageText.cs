namespace NnUNet.Imaging.Tests.Formats.MetaImage;

/// <summary>Makes MetaImage files line by line, so that the reader is tested against something that is not our writer.</summary>
internal sealed record MetaImageText
{
    public string Type { get; init; } = "MET_UCHAR";

    public string Sizes { get; init; } = "2 3 4";

    /// <summary>Further lines, each with its end.</summary>
    public string More { get; init; } = "";

    public string DataFile { get; init; } = "LOCAL";

    public byte[] Voxels { get; init; } = [.. Enumerable.Range(0, 24).Select(static i => (byte)i)];

    public string Header() => $"ObjectType = Image\nNDims = {Sizes.Split(' ').Length}\n{More}DimSize = {Sizes}\nElementType = {Type}\nElementDataFile = {DataFile}\n";

    public byte[] File() => [.. System.Text.Encoding.UTF8.GetBytes(Header()), .. Voxels];

    public string Save(string path)
    {
        System.IO.File.WriteAllBytes(path, File());
        return path;
    }
}
