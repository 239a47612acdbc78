using System.Security.Cryptography;
using System.Text;
using NnUNet.Core.Bundles;
using NnUNet.Core.Cases;
using NnUNet.Core.Results;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Bundles;

/// <summary>How a run of a bundle makes its results: the bundle, those that find crops or masks for it, all of their models by content, and the options that decide.</summary>
/// <remarks>As for <c>nnUNet_predict</c>, device, memory and the files' ending are left out, and so is what is measured.</remarks>
internal sealed class BundleOrigins
{
    /// <summary>The command that makes such results.</summary>
    public const string MadeBy = "nnunet segment";

    private readonly bool _recheck;
    private readonly ResultOrigin _way;

    /// <summary>Notes how results are made; the contents of models are read when they are needed.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="models">The files of the models.</param>
    public BundleOrigins(Bundle bundle, BundleRunOptions options, IEnumerable<string> models)
    {
        _recheck = options.Recheck;
        SortedDictionary<string, string> way = new(StringComparer.Ordinal)
        {
            ["bundle"] = Named(bundle),
            ["precision"] = options.Predict.Precision?.ToString().ToLowerInvariant() ?? "the fastest",
            ["roi"] = options.Roi.Count == 0 ? "all" : string.Join(' ', options.Roi.Order(StringComparer.Ordinal)),
        };
        string[] others = [.. BundleCase.AllBundles(bundle, options).SkipLast(1).Select(Named)];
        if (others.Length > 0) way["other_bundles"] = string.Join(", ", others);
        if (options.HigherOrderResampling) way["higher_order_resampling"] = "yes";
        if (options.With.Count > 0) way["with"] = string.Join(' ', options.With.Order(StringComparer.Ordinal));
        _way = new ResultOrigin { MadeBy = MadeBy, Model = [.. models.Select(file => new KnownFile(file, recheck: _recheck))], Options = way };
    }

    /// <summary>How the result of an image is made, by its files as they are now.</summary>
    public ResultOrigin Of(InputCase one) => _way with { Image = ResultOrigin.FilesOf(one.Channels, _recheck) };

    /// <summary>A bundle's name and the check sum of what it says, since a file of somebody's own may say something else under the same name tomorrow.</summary>
    private static string Named(Bundle bundle) => $"{bundle.Name} (sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ProductJson.Print(bundle))))})";
}
